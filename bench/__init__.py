"""Measuring Pennypress beside the limits of its machine: `make bench`."""
