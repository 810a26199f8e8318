"""What privacy law asks of us: telling what is kept of a customer, and erasing it."""
