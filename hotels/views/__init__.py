"""Pages of search and hotel. Views read the address, ask the services, and put values into templates."""
