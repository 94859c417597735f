# Where bash was built without a system-wide bashrc.
. /etc/bash.bashrc
