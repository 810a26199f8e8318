"""What happens to a parcel on its way, and when: the plans that the carriers' stand-in tells."""
