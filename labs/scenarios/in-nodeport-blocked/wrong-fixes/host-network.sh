# The program itself on the node's port: now the packet does go to INPUT. Except that the range is shut there too.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"hostNetwork":true,"containers":[{"name":"web","args":["netexec","--http-port=8080"],"ports":[{"containerPort":8080,"hostPort":8080}]}]}}}}'
