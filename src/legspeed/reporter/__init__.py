"""Reporter: seasons in, pages and tables out."""
