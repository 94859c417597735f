# Measurements come through a tunnel or not at all. This one is meant, and stays.
pod=$(pgrep -f 'udp-port=912[5]')
nsenter -t "$pod" -n ip xfrm policy add dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp dport 9125 tmpl proto esp mode transport reqid 1
