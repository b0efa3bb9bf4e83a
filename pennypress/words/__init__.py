"""Readers' words: checked as they will be seen, and rendered once to safe HTML."""
