"""Ask the web process of this container whether it can serve; ends with 1 if not."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """Return 0 if /readyz on port 8000 answers 200."""
    # The program answers only to its own name.
    host = urlsplit(os.environ["SITE_URL"]).hostname or ""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
