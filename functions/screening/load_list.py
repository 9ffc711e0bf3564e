"""The lists queue, which S3 tells of new objects: put a finished upload in force, tell of it."""

from remit.kernel import clock
from remit.runtime import observability, queues, settings
from remit.runtime.batch import Message, queue
from remit.runtime.screening import screening
from remit.screening.load import tell_once
from remit.screening.store import ListVersion
from remit.screening.upload import finished, load_upload, uploaded


@queue("screening", "Load list")
def handler(message: Message) -> None:
    """Load each upload that the message finishes; the same again loads nothing, and tells once."""
    store = screening()
    for key in uploaded(message.body):
        if upload := finished(key):
            version = load_upload(store, upload, at=clock.now())
            observability.count("ListChecked")
            tell_once(store, version, _tell, at=clock.now())


def _tell(version: ListVersion) -> None:
    url = settings.required("RESCREEN_QUEUE_URL")
    queues.send(url, [{"source": version.source, "version": version.id}])
    observability.count("ListLoaded")
