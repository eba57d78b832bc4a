//! A dataset that is open, and the questions it answers.

#![expect(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands arguments of Python over by value"
)]

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use qpv_batch::arrays::{self, ArrayColumn, TextForm};
use qpv_batch::{
    AddressJob, BatchError, FilterColumns, Job, PeopleColumns, PeopleJob, PositionColumns,
    ResultColumn, SelectedJob, ZoneColumns, ZoneJob, ZonedJob, ZoningColumns,
};
use qpv_documents::comparison::{ExportFormat, ExportTable, export};
use qpv_documents::perimeters::perimeters_geoparquet;
use qpv_http::read_polygon;
use qpv_http::wire::{DatasetRef, ShareAnswer};
use qpv_service::data::Store;
use qpv_service::model::{Crs, WrittenCoordinate};
use qpv_service::programmes::ProgrammeSubject;
use qpv_service::{
    ComparedVintages, DerivedData, FieldSelection, PerimeterFilter, Scope, ScopeTexts, Service,
    ShareSubject, Snapshot, VintageSelector, WrittenPlace, check_ring, department_code,
    search_perimeters, share_area, today,
};
use rayon::prelude::*;

use crate::geo_tables::geo_table;
use crate::input::{GivenRows, check_lengths, given_column, given_rows, given_table};
use crate::interrupt::InterruptibleProgress;
use crate::options::{
    GivenDay, GivenNames, GivenVintage, answer_vintages, default_place, field_selection,
    known_commune, known_vintage, vintage_selector,
};
use crate::parquet_files::ParquetFiles;
use crate::problems::{
    bad_parameter, check_files, internal, raise, raise_batch, raise_coded, raise_store,
};
use crate::shares::share_table;
use crate::table::{Table, summary_dict};
use crate::zone::Zone;

/// The names of the columns that are given without a table.
const LON: &str = "lon";
const LAT: &str = "lat";
const ADDRESS: &str = "address";
const POSTCODE: &str = "postcode";
const CITYCODE: &str = "citycode";

/// A dataset, which stays the one that was opened whatever its folder gets.
#[pyclass(frozen, subclass, module = "qpv")]
pub(crate) struct Dataset {
    derived: Arc<DerivedData>,
}

impl Dataset {
    fn snapshot(&self) -> &Arc<Snapshot> {
        self.derived.snapshot()
    }

    /// Answers every row of a table, with the added columns that are named, or all.
    fn answer(
        &self,
        py: Python<'_>,
        job: &impl Job,
        columns: &[ArrayColumn],
        form: AnswerForm,
    ) -> PyResult<Table> {
        let selected = form.columns_out;
        if selected.is_empty() {
            return self.answer_all(py, job, columns, form.texts);
        }
        let job = SelectedJob::new(job, &selected)
            .map_err(|fault| raise_batch(&BatchError::from(fault)))?;
        self.answer_all(py, &job, columns, form.texts)
    }

    fn answer_all(
        &self,
        py: Python<'_>,
        job: &impl Job,
        columns: &[ArrayColumn],
        texts: TextForm,
    ) -> PyResult<Table> {
        let snapshot = self.snapshot();
        // The interpreter is left to other threads.
        py.detach(|| {
            let mut progress = InterruptibleProgress::default();
            match arrays::answer(snapshot, job, columns, texts, &mut progress) {
                Ok(answers) => {
                    check_files(snapshot)?;
                    Ok(Table::from(answers))
                }
                Err(fault) => Err(progress.stopped.unwrap_or_else(|| raise_batch(&fault))),
            }
        })
    }

    /// Returns the job that answers positions in columns of these names, with the least work for the added columns.
    fn zone_job(
        &self,
        options: ZoneOptions<'_>,
        names: Option<[String; 2]>,
        columns_out: &[String],
    ) -> PyResult<ZonedJob<ZoneJob>> {
        let snapshot = self.snapshot();
        let vintages = answer_vintages(snapshot, options.vintage, options.on)?;
        let zonings = self.zonings(options.zonings, options.ring, &vintages)?;
        let day = vintages.day();
        let job = ZoneJob {
            positions: PositionColumns {
                crs: options.crs.map(known_crs).transpose()?,
                names,
            },
            vintages,
            uncertainty_m: options.uncertainty_m,
            members_only: false,
            fields: field_selection(snapshot, options.fields)?,
        };
        Ok(ZonedJob::new(job.for_columns(columns_out), zonings, day))
    }

    /// Returns the zonings asked beside a zone, and the ring.
    fn zonings(
        &self,
        zonings: Option<GivenNames>,
        ring: Option<f64>,
        vintages: &qpv_batch::AnswerVintages,
    ) -> PyResult<ZoningColumns> {
        check_ring(ring).map_err(|fault| bad_parameter(format!("`ring`: {fault}")))?;
        ZoningColumns::new(
            self.snapshot(),
            &GivenNames::joined(zonings),
            ring,
            vintages,
        )
        .map_err(raise_coded)
    }
}

/// The options of a question about positions, as Python gives them.
struct ZoneOptions<'a> {
    crs: Option<&'a str>,
    vintage: Option<GivenVintage>,
    on: Option<GivenDay>,
    uncertainty_m: Option<f64>,
    fields: Option<GivenNames>,
    zonings: Option<GivenNames>,
    ring: Option<f64>,
}

/// The columns of an answer, and how their texts come.
struct AnswerForm {
    columns_out: Vec<String>,
    texts: TextForm,
}

impl AnswerForm {
    fn new(texts: TextForm, columns_out: Option<GivenNames>) -> PyResult<Self> {
        Ok(Self {
            columns_out: GivenNames::columns_out(columns_out)?,
            texts,
        })
    }
}

/// The area of a question, by the names of the API.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct GivenArea {
    insee: Option<String>,
    epci: Option<String>,
    departement: Option<String>,
    region: Option<String>,
    bbox: Option<String>,
}

impl GivenArea {
    fn scope(&self) -> PyResult<Scope> {
        let texts = ScopeTexts {
            insee: self.insee.as_deref(),
            epci: self.epci.as_deref(),
            departement: self.departement.as_deref(),
            region: self.region.as_deref(),
            bbox: self.bbox.as_deref(),
        };
        texts.scope().map_err(raise_coded)
    }
}

/// The columns of people that are named, by the options of `qpv batch`.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct GivenPeopleColumns {
    columns: Option<GivenNames>,
    birth_date: Option<String>,
    sex: Option<String>,
    school: Option<String>,
    check_date: Option<String>,
    declarations: Vec<(String, String)>,
}

#[pymethods]
impl Dataset {
    #[new]
    #[pyo3(signature = (folder, dataset = None))]
    fn new(py: Python<'_>, folder: PathBuf, dataset: Option<String>) -> PyResult<Self> {
        // Indexes are mapped; what is not takes some hundred milliseconds.
        py.detach(|| {
            let store = Store::new(&folder);
            let opened = match &dataset {
                Some(digest) => Service::open_dataset(store, digest),
                None => Service::open(store),
            };
            let service = opened.map_err(|fault| raise_store(&fault))?;
            Ok(Self {
                derived: service.derived(),
            })
        })
    }

    #[getter]
    fn digest(&self) -> &str {
        self.snapshot().digest()
    }

    #[getter]
    fn fictional(&self) -> bool {
        self.snapshot().fictional()
    }

    #[getter]
    fn notice(&self) -> Option<String> {
        DatasetRef::new(self.snapshot()).notice
    }

    #[getter]
    fn vintages(&self) -> Vec<String> {
        let vintages = self.snapshot().vintages();
        vintages.map(|(vintage, _)| vintage.to_string()).collect()
    }

    #[pyo3(signature = (lon, lat, *, vintage = None, on = None, uncertainty_m = None))]
    fn zone(
        &self,
        lon: f64,
        lat: f64,
        vintage: Option<GivenVintage>,
        on: Option<GivenDay>,
        uncertainty_m: Option<f64>,
    ) -> PyResult<Zone> {
        let snapshot = self.snapshot();
        let choice = vintage_selector(snapshot, vintage, on)?;
        // As uncertain as its decimals say, like the numbers of a table.
        let [x, y] = [lon, lat].map(WrittenCoordinate::from_number);
        Zone::new(
            snapshot,
            WrittenPlace::new(None, x, y),
            choice,
            uncertainty_m,
        )
    }

    #[pyo3(signature = (lon, lat, *, crs = None, vintage = None, on = None, uncertainty_m = None, fields = None,
        zonings = None, ring = None, columns_out = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the options of `qpv batch`, as Python's keywords"
    )]
    fn zones(
        &self,
        lon: &Bound<'_, PyAny>,
        lat: &Bound<'_, PyAny>,
        crs: Option<&str>,
        vintage: Option<GivenVintage>,
        on: Option<GivenDay>,
        uncertainty_m: Option<f64>,
        fields: Option<GivenNames>,
        zonings: Option<GivenNames>,
        ring: Option<f64>,
        columns_out: Option<GivenNames>,
    ) -> PyResult<Table> {
        let columns = [given_column(LON, lon)?, given_column(LAT, lat)?];
        check_lengths(&columns)?;
        let form = AnswerForm::new(TextForm::Dictionary, columns_out)?;
        let options = ZoneOptions {
            crs,
            vintage,
            on,
            uncertainty_m,
            fields,
            zonings,
            ring,
        };
        let names = Some([LON.to_owned(), LAT.to_owned()]);
        let job = self.zone_job(options, names, &form.columns_out)?;
        self.answer(lon.py(), &job, &columns, form)
    }

    #[pyo3(signature = (source, target, *, lon = None, lat = None, replace = false, crs = None, vintage = None, on = None,
        uncertainty_m = None, fields = None, zonings = None, ring = None, columns_out = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the options of `qpv batch`, as Python's keywords"
    )]
    fn zones_parquet<'py>(
        &self,
        py: Python<'py>,
        source: PathBuf,
        target: PathBuf,
        lon: Option<String>,
        lat: Option<String>,
        replace: bool,
        crs: Option<&str>,
        vintage: Option<GivenVintage>,
        on: Option<GivenDay>,
        uncertainty_m: Option<f64>,
        fields: Option<GivenNames>,
        zonings: Option<GivenNames>,
        ring: Option<f64>,
        columns_out: Option<GivenNames>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let names = match (lon, lat) {
            (Some(lon), Some(lat)) => Some([lon, lat]),
            // Recognised by their names, as those of the command line.
            (None, None) => None,
            _ => return Err(bad_parameter("give `lon` and `lat`, or neither")),
        };
        let options = ZoneOptions {
            crs,
            vintage,
            on,
            uncertainty_m,
            fields,
            zonings,
            ring,
        };
        let columns_out = GivenNames::columns_out(columns_out)?;
        let job = self.zone_job(options, names, &columns_out)?;
        let files = ParquetFiles {
            source,
            target,
            replace,
        };
        let summary = files.answer(py, self.snapshot(), &job, &columns_out)?;
        summary_dict(py, &summary)
    }

    #[pyo3(signature = (texts, *, postcode = None, citycode = None, columns_out = None))]
    fn geocode(
        &self,
        texts: &Bound<'_, PyAny>,
        postcode: Option<&Bound<'_, PyAny>>,
        citycode: Option<&Bound<'_, PyAny>>,
        columns_out: Option<GivenNames>,
    ) -> PyResult<Table> {
        let mut columns = vec![given_column(ADDRESS, texts)?];
        for (name, given) in [(POSTCODE, postcode), (CITYCODE, citycode)] {
            if let Some(given) = given {
                columns.push(given_column(name, given)?);
            }
        }
        check_lengths(&columns)?;
        let job = AddressJob {
            columns: vec![ADDRESS.to_owned()],
            filter: FilterColumns {
                postcode: postcode.map(|_| POSTCODE.to_owned()),
                citycode: citycode.map(|_| CITYCODE.to_owned()),
                kinds: vec![],
            },
            results: ResultColumn::search(),
            ..AddressJob::default()
        };
        let form = AnswerForm::new(TextForm::Plain, columns_out)?;
        self.answer(texts.py(), &job, &columns, form)
    }

    #[pyo3(signature = (addresses, *, columns = None, vintage = None, on = None, fields = None, zonings = None,
        ring = None, default_postcode = None, default_citycode = None, columns_out = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the options of `qpv batch`, as Python's keywords"
    )]
    fn check(
        &self,
        addresses: &Bound<'_, PyAny>,
        columns: Option<GivenNames>,
        vintage: Option<GivenVintage>,
        on: Option<GivenDay>,
        fields: Option<GivenNames>,
        zonings: Option<GivenNames>,
        ring: Option<f64>,
        default_postcode: Option<&str>,
        default_citycode: Option<&str>,
        columns_out: Option<GivenNames>,
    ) -> PyResult<Table> {
        let mut names = GivenNames::list(columns);
        let rows = match given_rows(addresses)? {
            GivenRows::Table(columns) => columns,
            GivenRows::Column(pieces) => {
                if !names.is_empty() {
                    return Err(bad_parameter("`columns` names those of a table"));
                }
                names = vec![ADDRESS.to_owned()];
                vec![ArrayColumn {
                    name: ADDRESS.to_owned(),
                    pieces,
                }]
            }
        };
        let snapshot = self.snapshot();
        let vintages = answer_vintages(snapshot, vintage, on)?;
        let zonings = self.zonings(zonings, ring, &vintages)?;
        let day = vintages.day();
        let job = AddressJob {
            // Columns named by hand are the address, whatever their headers say.
            list: names.is_empty(),
            columns: names,
            default_place: default_place(default_postcode, default_citycode)?,
            results: ResultColumn::check(),
            zones: Some(ZoneColumns {
                vintages,
                prefix: "",
                fields: field_selection(snapshot, fields)?,
            }),
            ..AddressJob::default()
        };
        let job = ZonedJob::new(job, zonings, day);
        let form = AnswerForm::new(TextForm::Plain, columns_out)?;
        self.answer(addresses.py(), &job, &rows, form)
    }

    #[pyo3(signature = (people, programme, named, *, on = None, fields = None, default_postcode = None,
        default_citycode = None, columns_out = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the options of `qpv batch`, as Python's keywords"
    )]
    fn ask_programmes(
        &self,
        people: &Bound<'_, PyAny>,
        programme: GivenNames,
        named: GivenPeopleColumns,
        on: Option<GivenDay>,
        fields: Option<GivenNames>,
        default_postcode: Option<&str>,
        default_citycode: Option<&str>,
        columns_out: Option<GivenNames>,
    ) -> PyResult<Table> {
        let rows = given_table(people)?;
        let snapshot = self.snapshot();
        let ids = GivenNames::joined(Some(programme));
        let programmes = snapshot.programmes_of(&ids, false).map_err(raise_coded)?;
        let of_buildings = programmes
            .iter()
            .find(|programme| programme.subject == ProgrammeSubject::Building);
        if let Some(programme) = of_buildings {
            return Err(bad_parameter(format!(
                "`{}` is asked of buildings, not of lists of addresses",
                programme.id
            )));
        }
        // A job outlives the question, and the dataset is not its own.
        let programmes = programmes.into_iter().cloned().collect();
        let columns = PeopleColumns {
            address: GivenNames::list(named.columns),
            birth_date: named.birth_date,
            sex: named.sex,
            school: named.school,
            check_date: named.check_date,
            declarations: named.declarations,
        };
        let day = on.map_or_else(VintageSelector::today, |GivenDay(day)| {
            VintageSelector::InForce(day)
        });
        let job = PeopleJob::new(programmes, columns, day.day())
            .with_default_place(default_place(default_postcode, default_citycode)?)
            .with_fields(field_selection(snapshot, fields)?);
        let form = AnswerForm::new(TextForm::Plain, columns_out)?;
        self.answer(people.py(), &job, &rows, form)
    }

    #[pyo3(signature = (area, from_vintage = None, to_vintage = None, table = "changes"))]
    fn compare_area(
        &self,
        py: Python<'_>,
        area: GivenArea,
        from_vintage: Option<GivenVintage>,
        to_vintage: Option<GivenVintage>,
        table: &str,
    ) -> PyResult<Table> {
        let scope = area.scope()?;
        let snapshot = self.snapshot();
        let from = from_vintage
            .map(|given| known_vintage(snapshot, &given))
            .transpose()?;
        let to = to_vintage
            .map(|given| known_vintage(snapshot, &given))
            .transpose()?;
        let table: ExportTable = table
            .parse()
            .map_err(|fault| bad_parameter(format!("`table`: {fault}")))?;
        // The file of the command line, read back: one way to make a table of a comparison.
        let file = py.detach(|| {
            let vintages = ComparedVintages::usual(snapshot, from, to, today());
            let comparison = self
                .derived
                .compare(vintages, &scope)
                .map_err(raise_coded)?;
            let format = ExportFormat::GeoParquet(table);
            export(&comparison, format, &FieldSelection::default()).map_err(raise_coded)
        })?;
        geo_table(file)
    }

    #[pyo3(signature = (vintage = None, insee = None, departement = None, epci = None, q = None))]
    fn list_perimeters(
        &self,
        py: Python<'_>,
        vintage: Option<GivenVintage>,
        insee: Option<&str>,
        departement: Option<&str>,
        epci: Option<String>,
        q: Option<String>,
    ) -> PyResult<Table> {
        let snapshot = self.snapshot();
        let filter = PerimeterFilter {
            vintage: vintage
                .map(|given| known_vintage(snapshot, &given))
                .transpose()?,
            commune: insee.map(known_commune).transpose()?,
            department: departement.map(known_department).transpose()?,
            epci,
            text: q,
        };
        let file = py.detach(|| {
            let found = search_perimeters(snapshot, &filter);
            let perimeters: Vec<_> = found.iter().map(|found| found.perimeter).collect();
            perimeters_geoparquet(snapshot, &perimeters)
        });
        geo_table(file.map_err(|fault| internal(&fault))?)
    }

    #[pyo3(signature = (polygons, area = None, vintage = None))]
    fn share_areas(
        &self,
        py: Python<'_>,
        polygons: Vec<String>,
        area: Option<GivenArea>,
        vintage: Option<GivenVintage>,
    ) -> PyResult<Table> {
        let snapshot = self.snapshot();
        let vintage = vintage
            .map(|given| known_vintage(snapshot, &given))
            .transpose()?;
        let mut subjects = polygons
            .iter()
            .map(|text| read_polygon(text.as_bytes()).map(ShareSubject::Polygon))
            .collect::<Result<Vec<_>, _>>()
            .map_err(raise)?;
        if let Some(area) = area {
            subjects.push(ShareSubject::Scope(area.scope()?));
        }
        // Each takes a core for long: an overlay and a count of addresses.
        py.detach(|| {
            let shares = subjects
                .par_iter()
                .map(|subject| share_area(snapshot, subject, vintage));
            let shares = shares.collect::<Result<Vec<_>, _>>().map_err(raise_coded)?;
            let answers: Vec<ShareAnswer<'_>> = shares
                .iter()
                .map(|share| ShareAnswer::new(snapshot, share))
                .collect();
            Ok(share_table(&answers))
        })
    }

    fn __repr__(&self) -> String {
        format!(
            "qpv.Dataset({}: {})",
            self.digest(),
            self.vintages().join(", ")
        )
    }
}

fn known_crs(text: &str) -> PyResult<Crs> {
    text.parse()
        .map_err(|fault: <Crs as std::str::FromStr>::Err| bad_parameter(format!("`crs`: {fault}")))
}

fn known_department(text: &str) -> PyResult<String> {
    department_code(text).ok_or_else(|| bad_parameter(format!("`{text}` is no department")))
}
