"""Imports every module of the packages that are named, and says how many: import_all.py NAME…"""

import importlib
import pkgutil
import sys

for name in sys.argv[1:]:
    package = importlib.import_module(name)
    modules = [found.name for found in pkgutil.walk_packages(package.__path__, name + ".")]
    for module in modules:
        importlib.import_module(module)
    print(f"{name}: {len(modules)} modules imported")
