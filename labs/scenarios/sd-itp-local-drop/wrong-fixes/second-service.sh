kubectl create service clusterip agent-anywhere --tcp=80:8080
kubectl set selector service agent-anywhere app=agent
