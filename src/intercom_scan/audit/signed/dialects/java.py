"""Java as the machine has to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.dialects import endpoints, jvm, objects, spring
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import ThrownError
from intercom_scan.audit.signed.values import NONE

if TYPE_CHECKING:
    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value


def _called(machine: Machine, call: Call) -> Value:
    found = jvm.called(machine, call)
    if found is None and call.on == NONE and machine.active:
        raise ThrownError(call.where)  # a method of null
    return found


DIALECT = Dialect(
    routes=endpoints.routes,
    name=objects.name,
    call=_called,
    fill=spring.fill,
    load=objects.load,
    through=endpoints.through,
    bare=True,
)
