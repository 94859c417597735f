rm /etc/cron.d/edge-firewall
