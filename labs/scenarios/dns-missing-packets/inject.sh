# What a trial of encrypted DNS left behind in the Pod of orders: answers shall come through a tunnel that is no longer there.
pod=$(pgrep -f 'udp-port=912[5]')
nsenter -t "$pod" -n ip xfrm policy add dir in src 0.0.0.0/0 dst 0.0.0.0/0 proto udp sport 53 tmpl proto esp mode transport reqid 2
