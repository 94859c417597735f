kubectl label --overwrite pod client app=cleint
