echo "{ip:deploy/stock} stock" >> /etc/hosts
