"""legspeed finds every near-maximal effort in a runner's watch files and reports turnover exposure."""

__version__ = "0.1.0"
