# The hardening file stays as it came; a later one says what this node needs.
echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/99-zz-router.conf
sysctl -p /etc/sysctl.d/99-zz-router.conf
