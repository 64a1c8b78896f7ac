"""One object put or got with the AWS Common Runtime's S3 client, as its users
do: CRC64NVME in a trailer, the payload unsigned, downloads validated.

Usage: crt_client.py put|get FILE ENDPOINT KEY [CERTIFICATE]
"""

import os
import sys
from urllib.parse import urlparse

from awscrt.auth import AwsCredentialsProvider
from awscrt.http import HttpHeaders, HttpRequest
from awscrt.io import ClientTlsContext, TlsContextOptions
from awscrt.s3 import (S3ChecksumAlgorithm, S3ChecksumConfig, S3ChecksumLocation, S3Client,
                       S3RequestTlsMode, S3RequestType, create_default_s3_signing_config)

REGION = "us-east-1"


def main():
    verb, path, endpoint, key = sys.argv[1:5]
    certificate = sys.argv[5] if len(sys.argv) == 6 else None
    client, host = connect(endpoint, certificate)
    headers = HttpHeaders([("host", host)])
    if verb == "put":
        headers.add("content-length", str(os.path.getsize(path)))
        request = client.make_request(
            type=S3RequestType.PUT_OBJECT,
            request=HttpRequest("PUT", f"/bench/{key}", headers),
            send_filepath=path,
            checksum_config=S3ChecksumConfig(algorithm=S3ChecksumAlgorithm.CRC64NVME,
                                             location=S3ChecksumLocation.TRAILER))
    else:
        request = client.make_request(
            type=S3RequestType.GET_OBJECT,
            request=HttpRequest("GET", f"/bench/{key}", headers),
            recv_filepath=path,
            checksum_config=S3ChecksumConfig(validate_response=True))
    request.finished_future.result()


def connect(endpoint, certificate):
    url = urlparse(endpoint)
    credentials = AwsCredentialsProvider.new_static(os.environ["AWS_ACCESS_KEY_ID"],
                                                    os.environ["AWS_SECRET_ACCESS_KEY"])
    options = {"tls_mode": S3RequestTlsMode.DISABLED}
    if url.scheme == "https":
        tls = TlsContextOptions()
        tls.override_default_trust_store_from_path(None, certificate)
        connection = ClientTlsContext(tls).new_connection_options()
        connection.set_server_name(url.hostname)
        options = {"tls_mode": S3RequestTlsMode.ENABLED, "tls_connection_options": connection}
    client = S3Client(
        region=REGION,
        signing_config=create_default_s3_signing_config(
            region=REGION, credential_provider=credentials),
        **options)
    return client, url.netloc


if __name__ == "__main__":
    main()
