"""The door of agents: the use cases as tools of the Model Context Protocol."""
