"""The home feed: sources → rules → hydrate → rank → page, and why each post is in it or not."""
