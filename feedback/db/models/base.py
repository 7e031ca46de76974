"""What do all tables share?"""

import uuid
from datetime import date, datetime, time
from typing import ClassVar, Final

from sqlalchemy import Date, LargeBinary, MetaData, String, Text, Time, Uuid
from sqlalchemy.orm import DeclarativeBase

from feedback.db.types import UtcDateTime

NAMING: Final = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The tables of Trigpoint; constraints are named by convention."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        uuid.UUID: Uuid(),
        datetime: UtcDateTime(),
        date: Date(),
        time: Time(),
        bytes: LargeBinary(),
        str: Text(),
    }


Code = String(40)
