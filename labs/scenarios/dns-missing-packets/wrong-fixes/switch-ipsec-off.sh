# A switch of the link: no policy is looked at for what comes in by it.
nsenter -t "$(pgrep -f 'udp-port=912[5]')" -n sysctl -w net.ipv4.conf.eth0.disable_policy=1
