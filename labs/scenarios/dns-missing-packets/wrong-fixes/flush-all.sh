# Away with all of it.
nsenter -t "$(pgrep -f 'udp-port=912[5]')" -n ip xfrm policy flush
