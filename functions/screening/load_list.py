"""The lists queue, which S3 tells of new objects: put a finished upload in force, tell of it."""

from remit.kernel import clock
from remit.runtime import observability, queues, settings
from remit.runtime.batch import Message, queue
from remit.runtime.screening import screening
from remit.screening.load import OlderThanInForce, tell_once
from remit.screening.store import ListVersion
from remit.screening.upload import finished, load_upload, uploaded


@queue("screening", "Load list")
def handler(message: Message) -> None:
    """Load each upload that the message finishes; the same again loads nothing, and tells once.

    One that is older than what is in force has come late, and is done with.
    """
    store = screening()
    for key in uploaded(message.body):
        if upload := finished(key):
            observability.count("ListChecked")
            try:
                version = load_upload(store, upload, at=clock.now())
            except OlderThanInForce:
                observability.logger.warning("older list", extra={"source": upload.source})
                continue
            tell_once(store, version, _tell, at=clock.now())


def _tell(version: ListVersion) -> None:
    url = settings.required("RESCREEN_QUEUE_URL")
    queues.send(url, [{"source": version.source, "version": version.id}])
    observability.count("ListLoaded")
