"""The figures of the book, one file for each topic; their drawings are in ``live/js/figures/``."""
