"""Find the readers' words in a page's markup, and tell names, dates, words and answers apart."""
