# It was on for the Pods' links all the time.
sysctl -w net.ipv4.conf.all.proxy_arp=1
