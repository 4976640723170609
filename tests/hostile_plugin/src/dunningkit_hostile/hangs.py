"""Never comes to the end of its import."""

from dunningkit_hostile import LET_GO

LET_GO.wait(60)
