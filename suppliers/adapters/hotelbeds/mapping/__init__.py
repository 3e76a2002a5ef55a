"""Wire -> port, by noun. Pure: bytes and port values in, port values and bytes out."""
