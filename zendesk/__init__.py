"""Tickets, people and companies in the JSON of Zendesk's API, for programs that were written for Zendesk."""
