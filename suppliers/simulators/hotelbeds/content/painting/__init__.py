"""Pictures for hotels that do not exist: scenes painted from a seed, every hotel in colours of its own."""
