"""What every room stands on. Others import these modules from here and nothing beneath them:

``from foundation import audit, blobs, clock, commands, db, errors, ids, jobs, paging, settings, web``
"""

from foundation import audit, blobs, clock, commands, db, errors, ids, jobs, paging, settings, web

__all__ = ["audit", "blobs", "clock", "commands", "db", "errors", "ids", "jobs", "paging", "settings", "web"]
