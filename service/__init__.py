"""The HTTP service, in Flask: the REST API with its docs (`rest`), the
pages for people (`ui`), health checks, and the callbacks of WebSub hubs.

It translates between HTTP and the functions of `dyadwatch`. No
SQL, no HTTP client and no rule about news lives here.
"""
