"""uvicorn's configuration, with the objects that all connections share."""

from __future__ import annotations

import uvicorn

from server.edge.connections import Connections
from server.edge.deadlines import Deadlines
from server.edge.heartbeat import Heartbeat


class ServingConfig(uvicorn.Config):
    held: Connections
    deadlines: Deadlines
    heartbeat: Heartbeat


def serving_config(config: uvicorn.Config) -> ServingConfig:
    """Returns `config`, typed as a ServingConfig. Raises TypeError if it is something else.

    uvicorn passes it to each connection typed as `uvicorn.Config`.
    """
    if not isinstance(config, ServingConfig):
        raise TypeError("our protocols need a ServingConfig, which server.serving.config_of makes")
    return config
