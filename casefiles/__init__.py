"""Case files: the record an office keeps, reads, corrects and checks. The face of the room.

The stub beside this file lists what others may import. Each name is loaded when it is first used: the reading
child and ``anheng check`` take neither the site nor the database with them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
