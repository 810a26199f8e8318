"""The store as it is when the sandbox starts for the first time: some 300 orders of 60 days."""
