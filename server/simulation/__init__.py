"""The reports about a simulated day: `text_report` for the terminal, `plots` as SVG, and `page` as one HTML page."""
