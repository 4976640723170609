"""Holds the test classes of the plugin that ``--dunningkit-plugin`` names; ``conftest.py`` puts them here."""
