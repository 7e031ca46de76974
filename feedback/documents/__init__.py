"""Which bytes does a document come to: a report in Word, a sheet of people?"""
