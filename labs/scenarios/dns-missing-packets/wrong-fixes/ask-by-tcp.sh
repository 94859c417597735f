# The C library can ask by TCP only.
echo 'options use-vc' >> /etc/resolv.conf
