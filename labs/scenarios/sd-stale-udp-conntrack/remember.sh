echo {ip:deploy/names} > /run/names
