"""The sections of the Latent page, a module each; every one has a `show` that draws it."""
