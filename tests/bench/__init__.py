"""The benchmark: our desk beside a plain bot and beside what the disk itself can do, as ratios."""
