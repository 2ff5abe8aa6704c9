"""The report of a simulated day: `text_report` for the terminal, `plots` as SVG, `page` as one HTML page."""
