# The usual remedy. It leaves out entries that are permanent.
ip neigh flush all
