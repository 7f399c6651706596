"""The Lab: a GAN whose data are points in the plane."""
