<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology">
 <renderer-v2 type="categorizedSymbol" attr="side">
  <categories>
   <category render="true" symbol="0" value="gained" label="{{compare.side.gained}}"/>
   <category render="true" symbol="1" value="lost" label="{{compare.side.lost}}"/>
  </categories>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="circle"/>
      <Option name="color" type="QString" value="{{gained}},255"/>
      <Option name="size" type="QString" value="1.4"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="cross2"/>
      <Option name="color" type="QString" value="{{lost}},255"/>
      <Option name="size" type="QString" value="1.4"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
