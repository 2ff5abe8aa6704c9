"""The articles of the demo's help center, from the Markdown files in the folder `help_center` beside this module."""

from __future__ import annotations

from pathlib import Path

from knowledge.adapters.front_matter import read_folder
from knowledge.folder import Folder
from routing.desk import Desk
from server.operations.article_folders import files_of

FOLDER = Path(__file__).parent / "help_center"


def articles_of(desk: Desk) -> Folder:
    """The articles about the products of the hours file."""
    products = {product for team in desk.teams.values() for product in team.products}
    return read_folder(files_of(FOLDER), products)
