"""What every room stands on. Others import these modules from here and nothing beneath them:

``from foundation import audit, blobs, clock, commands, db, errors, ids, jobs, paging, settings, web``

Each is loaded by the import that names it, so that who needs one does not wait for all.
"""
