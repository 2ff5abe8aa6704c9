"""What a simulated day shows people: `words` at the terminal, `plots` as SVG, `page` as one HTML page."""
