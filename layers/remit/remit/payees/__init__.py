"""Who is paid, before anything is paid: whether a name fits an account, and whose a proxy is."""
